import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { errorSentence } from '@/lib/sentences';
import { t } from '@/lib/t';

/** A view that could not be read: why, and what to do. */
export function Failure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <Center h="100%" p="xl">
      <Stack maw="32rem" role="alert" gap="sm">
        <Title order={2} size="h4">
          {t('toast.failed')}
        </Title>
        <Text>{errorSentence(error)}</Text>
        <Button onClick={onRetry}>{t('app.retry')}</Button>
      </Stack>
    </Center>
  );
}
