import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

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

/** Our neutrals instead of Mantine's grey ones, from ink to ground. */
const dark: MantineColorsTuple = [
  "#e8efed",
  "#c5d1cd",
  "#a3b4af",
  "#7b8d88",
  "#455652",
  "#2b3835",
  "#1d2725",
  "#161e1c",
  "#0e1413",
  "#090d0c",
];

/** Mantine reckons contrast for the light shade only; in the dark our accent is a light one. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const isAccent = input.variant === "filled" && (!input.color || input.color === "accent");
  return isAccent ? { ...colors, color: "var(--on-accent)" } : colors;
};

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 4 },
  colors: { accent, dark },
  variantColorResolver,
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
