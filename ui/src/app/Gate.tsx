import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Failure } from '@/components/Failure';
import { Download } from '@/features/session/Download';
import { SignIn } from '@/features/session/SignIn';
import { query } from '@/lib/rpc';
import { hush } from '@/lib/toasts';
import { sessionLost } from './kept';
import { Workbench } from './Workbench';

/** Nobody signed in, nothing downloaded yet, or ready to work. */
export function Gate() {
  const session = useQuery(query('session', {}));
  const connection = useQuery(query('connection', {}));
  const userId = session.data?.user?.user_id;
  // What was said to one user is not read by the next, and its buttons lead nowhere any more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is their end that counts.
  useEffect(() => hush, [userId]);
  if (session.isError) return <Failure error={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data || connection.isPending) return null;
  const { user, clinic } = session.data;
  if (!user) return <SignIn session={session.data} lost={sessionLost()} />;
  const loading = connection.data?.loading ?? null;
  if (!clinic || loading) return <Download loading={loading} connection={connection.data?.state} />;
  return <Workbench key={user.user_id} session={session.data} user={user} clinic={clinic} />;
}
