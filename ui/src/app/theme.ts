import {
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  type MantineColorsTuple,
  Modal,
  Notification,
} from '@mantine/core';
import type { MouseEvent } from 'react';
import { t } from '@/lib/t';

const petrol: MantineColorsTuple = [
  '#e6f5f6',
  '#cfe9eb',
  '#a3d5d9',
  '#72c0c6',
  '#48aab2',
  '#2598a1',
  '#10868f',
  '#007680',
  '#00666f',
  '#004f57',
];

/** The dark surfaces of the board, so that dialogs stand in the same room. */
const dark: MantineColorsTuple = [
  '#e9eef3',
  '#c9d2da',
  '#a9b5c0',
  '#84919d',
  '#3d4853',
  '#2b343d',
  '#222a32',
  '#1a2027',
  '#161b21',
  '#12171c',
];

/** Opens at once, has a name for its close button, and its header is not a second banner of the page. */
const OVERLAY = {
  transitionProps: { duration: 0 },
  closeButtonProps: { 'aria-label': t('app.close') },
  attributes: { header: { role: 'presentation' } },
  // The second click of the double click that opened it is no click outside.
  overlayProps: {
    onClickCapture: (event: MouseEvent) => {
      if (event.detail > 1) event.stopPropagation();
    },
  },
  styles: {
    title: { fontWeight: 650, fontSize: '1.125rem', lineHeight: 1.3, overflowWrap: 'anywhere' },
  } as const,
};

/** System fonts and a primary colour that reads well: the default blue fails WCAG contrast with white. */
export const theme = createTheme({
  colors: { petrol, dark },
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  respectReducedMotion: true,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, Cantarell, "Noto Sans", sans-serif',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  components: {
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { 'aria-label': t('app.close') } },
    }),
    Modal: Modal.extend({ defaultProps: OVERLAY }),
    Drawer: Drawer.extend({ defaultProps: OVERLAY }),
  },
});

const READABLE = {
  '--mantine-color-text': 'var(--fd-text)',
  '--mantine-color-dimmed': 'var(--fd-muted)',
  '--mantine-color-placeholder': 'var(--fd-muted)',
  '--mantine-color-error': 'var(--fd-bad)',
  '--mantine-color-body': 'var(--fd-raised)',
};

/** Quiet text that can still be read: the defaults are below 4.5:1. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: READABLE, dark: READABLE });
