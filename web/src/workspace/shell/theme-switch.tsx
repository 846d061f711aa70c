import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";

export function ThemeSwitch() {
  const { t } = useText();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  const next = isDark ? "light" : "dark";
  return (
    <ActionIcon
      aria-label={`${t("theme.label")}: ${t(`theme.${next}`)}`}
      data-testid="theme"
      onClick={() => setColorScheme(next)}
      radius="xl"
      size={38}
      variant="default"
    >
      <Icon name={isDark ? "sun" : "moon"} />
    </ActionIcon>
  );
}
