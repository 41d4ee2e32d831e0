import { IconBell, IconClipboardCheck, IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { HeaderList } from '@/components/HeaderList';
import { KEYMAP } from '@/lib/keymap';
import { query } from '@/lib/rpc';
import { t, tCount } from '@/lib/t';
import type { useOpen } from './useOpen';

/** What waits somewhere and can be opened from the header, each with how many ask to be looked at. */
export function useLists(open: ReturnType<typeof useOpen>['open']): HeaderList[] {
  const approvals = useQuery(query('approvals', {})).data?.visits.length ?? 0;
  const watches = useQuery(query('watches', {})).data?.watches.length ?? 0;
  const unseen = useQuery(query('notices', {})).data?.unseen ?? 0;
  const aside = useQuery(query('set_aside', {})).data?.commands.length ?? 0;
  const unread = unseen > 0 ? tCount('notices.openUnread', unseen) : t('notices.open');
  return [
    {
      id: 'approvals',
      label: approvals > 0 ? tCount('approvals.openWaiting', approvals) : t('approvals.title'),
      icon: IconClipboardCheck,
      count: approvals,
      shortcut: KEYMAP.approvals.shown[0],
      onOpen: () => open({ kind: 'approvals' }),
    },
    {
      id: 'watches',
      label: t('watch.open', { count: watches }),
      icon: IconEye,
      count: 0,
      shortcut: KEYMAP.watches.shown[0],
      onOpen: () => open({ kind: 'watches' }),
    },
    {
      id: 'notices',
      label: aside > 0 ? `${unread}, ${tCount('outbox.open', aside)}` : unread,
      icon: IconBell,
      count: unseen + aside,
      shortcut: KEYMAP.notices.shown[0],
      onOpen: () => open({ kind: 'notices' }),
    },
  ];
}
