import { useState } from "react";
import type { DeviceProblem } from "../../core/check/causes";
import { useText } from "../../i18n";
import { Message } from "../../ui/message";
import type { Devices } from "../use-devices";
import { Remedy } from "./remedy";

/** Where asking again, with or without a picture, cannot help. */
const HOPELESS = new Set<DeviceProblem>(["insecure", "unsupported", "policy"]);
/** Where the link has to be opened elsewhere. */
const ELSEWHERE = new Set<DeviceProblem>(["in_app", "unsupported", "policy"]);

export function DeviceProblemNote({ devices }: { readonly devices: Devices }) {
  const { t } = useText();
  const { problem, status, choice, ask } = devices;
  if (status !== "problem" || !problem) return null;
  return (
    <div className="problem" data-testid={`device-problem-${problem}`} role="alert">
      <Message tone="danger">
        <Remedy cause={problem} />
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
        {!HOPELESS.has(problem) && problem !== "no_microphone" && choice.video && (
          <button
            className="button"
            data-testid="devices-audio-only"
            onClick={() => void ask({ video: false })}
            type="button"
          >
            {t("check.audioOnly")}
          </button>
        )}
        {ELSEWHERE.has(problem) && <CopyLink />}
      </div>
    </div>
  );
}

/** For the way out of an app's own browser. */
export function CopyLink() {
  const { t } = useText();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(window.location.href).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <>
      <button className="button" data-testid="copy-link" onClick={() => void copy()} type="button">
        {t("check.copyLink")}
      </button>
      <span role="status">{isCopied ? t("check.linkCopied") : ""}</span>
    </>
  );
}
