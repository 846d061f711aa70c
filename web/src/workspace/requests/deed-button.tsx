import { Button } from "@mantine/core";
import { useText } from "../../i18n";
import type { Deed } from "./use-requests";

interface Props {
  readonly name: Deed["name"];
  readonly onWant: () => void;
}

export function DeedButton({ name, onWant }: Props) {
  const { t } = useText();
  return (
    <Button
      data-testid={`deed-${name}`}
      onClick={onWant}
      size="sm"
      variant={name === "decline" ? "default" : "outline"}
    >
      {t(`requests.${name}.action`)}
    </Button>
  );
}
