import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#e6f6f3",
  "#cdebe6",
  "#9fd9d0",
  "#74dacd",
  "#4cc9bb",
  "#27a598",
  "#128579",
  "#0b6e66",
  "#095952",
  "#06443f",
];

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 4 },
  colors: { accent },
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: "md",
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  headings: { fontFamily: "var(--font)", fontWeight: "650" },
  respectReducedMotion: true,
  cursorType: "pointer",
});

const shared = {
  "--mantine-color-body": "var(--bg)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--muted)",
  "--mantine-color-placeholder": "var(--muted)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-default-hover": "var(--sunken)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-error": "var(--danger)",
};

/** Mantine's surfaces and inks come from the shared tokens, so that both pages look alike. */
export const tokenVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: shared,
  dark: shared,
});
