import { Badge, Button, createTheme, Modal, Tooltip } from '@mantine/core';

/** The look, as far as components need to be told; colours and distances stand in theme.css. */
export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 8, dark: 5 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Badge: Badge.extend({ defaultProps: { variant: 'light', tt: 'none', fw: 500 } }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    // Locking the page's scrolling would need inline styles.
    Modal: Modal.extend({ defaultProps: { lockScroll: false, centered: false, transitionProps: { duration: 0 } } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 300 } }),
  },
});
