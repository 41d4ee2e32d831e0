import { Center, Loader, Progress, Stack, Text, Title } from '@mantine/core';
import type { ConnectionState, LoadProgress } from '@/bindings/types';
import { connections } from '@/lib/messages';
import { t } from '@/lib/t';

const number = new Intl.NumberFormat('en-GB');

/** The clinic arrives for the first time. */
export function Download({
  loading,
  connection,
}: {
  loading: LoadProgress | null;
  connection: ConnectionState | undefined;
}) {
  return (
    <Center component="main" h="100%" p="xl">
      <Stack w="24rem" maw="100%" gap="sm">
        <Title order={1} size="h3">
          {t('download.title')}
        </Title>
        <Text c="var(--fd-muted)">{t('download.text')}</Text>
        {loading ? <Rows {...loading} /> : <Waiting connection={connection} />}
      </Stack>
    </Center>
  );
}

function Rows({ rows, of }: LoadProgress) {
  return (
    <>
      <Progress value={of > 0 ? (100 * rows) / of : 0} size="lg" aria-label={t('download.title')} />
      <Text size="sm" c="var(--fd-muted)">
        {t('download.rows', { rows: number.format(rows), of: number.format(of) })}
      </Text>
    </>
  );
}

function Waiting({ connection }: { connection: ConnectionState | undefined }) {
  if (connection === 'offline') return <Text role="status">{t('connection.offline.bannerNever')}</Text>;
  return (
    <Text role="status" component="div">
      <Loader size="xs" mr="xs" aria-label={connections.connecting} />
      {t('download.connecting')}
    </Text>
  );
}
