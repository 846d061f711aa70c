import { useEffect, useState } from "react";
import { useText } from "../i18n";
import { Icon } from "../ui/icons";

type Theme = "light" | "dark";
const KEY = "candor.theme";

function stored(): Theme | null {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : null;
}

/** Follows the device until somebody chooses. */
export function ThemeSwitch() {
  const { t } = useText();
  const [theme, setTheme] = useState<Theme | null>(stored);
  const isDark =
    theme === "dark" ||
    (theme === null && window.matchMedia("(prefers-color-scheme: dark)").matches);

  useEffect(() => {
    if (theme) document.documentElement.dataset.theme = theme;
  }, [theme]);

  const flip = () => {
    const next = isDark ? "light" : "dark";
    localStorage.setItem(KEY, next);
    setTheme(next);
  };
  return (
    <button
      aria-label={`${t("theme.label")}: ${t(isDark ? "theme.light" : "theme.dark")}`}
      className="icon-button"
      data-testid="theme"
      onClick={flip}
      type="button"
    >
      {isDark ? <Icon name="sun" /> : <Icon name="moon" />}
    </button>
  );
}
