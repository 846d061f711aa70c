import { useText } from "../i18n";
import { Message } from "../ui/message";
import type { Devices } from "./use-devices";

export function DeviceProblemNote({ devices }: { readonly devices: Devices }) {
  const { t } = useText();
  const { problem, status, choice, ask } = devices;
  if (status !== "problem" || !problem) return null;
  return (
    <div data-testid={`device-problem-${problem}`} role="alert">
      <Message tone="danger">
        <strong>{t(`devices.problem.${problem}.title`)}</strong>
        <p>{t(`devices.problem.${problem}.remedy`)}</p>
      </Message>
      <div className="actions">
        <button
          className="button primary"
          data-testid="devices-retry"
          onClick={() => void ask({ video: choice.video })}
          type="button"
        >
          {t("action.retry")}
        </button>
        {problem !== "insecure" && (
          <button
            className="button"
            data-testid="devices-audio-only"
            onClick={() => void ask({ video: false })}
            type="button"
          >
            {t("devices.audioOnly")}
          </button>
        )}
      </div>
    </div>
  );
}
