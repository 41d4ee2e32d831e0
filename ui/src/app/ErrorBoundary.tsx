import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { t } from '@/lib/t';

/** Keeps a broken screen from becoming an empty window. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Center component="main" h="100%" p="xl">
        <Stack maw="32rem" role="alert">
          <Title order={1} size="h2">
            {t('app.broken.title')}
          </Title>
          <Text>{t('app.broken.text')}</Text>
          <Button onClick={() => window.location.reload()}>{t('app.broken.reload')}</Button>
        </Stack>
      </Center>
    );
  }
}
