import { Stack, Text } from '@mantine/core';

/** Nothing here, and what to do about it. */
export function Empty({ title, text }: { title: string; text: string }) {
  return (
    <Stack gap={4} py="lg" align="center" ta="center" role="status">
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="var(--fd-muted)">
        {text}
      </Text>
    </Stack>
  );
}
