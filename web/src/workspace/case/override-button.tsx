import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useRef } from "react";
import type { Case } from "../../api/types";
import { useText } from "../../i18n";
import { useMay } from "../queries";
import { OverrideDialog, type Rated } from "./override-dialog";

interface Props {
  readonly competency: Rated;
  readonly data: Case;
}

export function OverrideButton({ competency, data }: Props) {
  const { t } = useText();
  const [isOpen, { open, close }] = useDisclosure();
  const button = useRef<HTMLButtonElement>(null);
  // The dialog unmounts at once and cannot give the focus back itself.
  const leave = () => {
    close();
    requestAnimationFrame(() => button.current?.focus());
  };
  if (!useMay()("cases.rate")) return null;
  const hasLevel = competency.rating !== null && competency.rating.level !== null;
  return (
    <>
      <Button data-testid="override" onClick={open} ref={button} variant="default">
        {t(hasLevel ? "rating.override" : "rating.rate")}
      </Button>
      {isOpen && <OverrideDialog competency={competency} data={data} onClose={leave} />}
    </>
  );
}
