import { useEffect } from "react";
import { useText } from "../i18n";
import { Message } from "../ui/message";
import type { Devices } from "./use-devices";
import { useHush } from "./use-hush";
import type { SittingControls } from "./use-sitting";

interface Props {
  readonly controls: SittingControls;
  readonly devices: Devices;
}

/** Long enough to read twice; the server repeats what still holds. */
const SHOWN_MS = 12_000;

export function Warnings({ controls, devices }: Props) {
  const { t } = useText();
  const { warning, phase } = controls.sitting;
  // Between answers we ourselves have turned it off.
  const isOn = (controls.sitting.stage?.stage ?? "answer") === "answer";
  const isSilent = useHush(phase.name === "live" && isOn ? devices.stream : null);
  const { quiet } = controls;

  useEffect(() => {
    if (!warning) return;
    const timer = setTimeout(quiet, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [warning, quiet]);

  const again = async () => {
    const stream = await devices.ask(devices.choice);
    for (const track of stream?.getTracks() ?? []) controls.replaceTrack(track);
  };
  return (
    <div aria-live="polite">
      {devices.isLost && (
        <Message tone="danger">
          <p>{t("interview.deviceLost")}</p>
          <button className="button" onClick={() => void again()} type="button">
            {t("interview.deviceAgain")}
          </button>
        </Message>
      )}
      {isSilent && !devices.isLost && (
        <div data-testid="warning-silent">
          <Message tone="warn">{t("interview.silent")}</Message>
        </div>
      )}
      {warning && (
        <div data-testid={`warning-${warning}`}>
          <Message tone="warn">{t(`interview.warning.${warning}`)}</Message>
        </div>
      )}
    </div>
  );
}
