import { Button, Textarea } from "@mantine/core";
import { getHotkeyHandler } from "@mantine/hooks";
import { useState } from "react";
import type { Utterance } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { useDates } from "../format";
import { useCorrection } from "./use-work";

interface Props {
  readonly caseId: string;
  readonly utterance: Utterance;
  readonly onClose: () => void;
}

/** Corrects one line; what the engine wrote stays to be read below it. */
export function CorrectLine({ caseId, utterance, onClose }: Props) {
  const text = useText();
  const { t } = text;
  const correct = useCorrection(caseId, utterance.id);
  const [value, setValue] = useState(utterance.text);
  const inForce = utterance.corrections?.find((one) => one.is_current);
  const isSame = value.trim() === utterance.text || value.trim() === "";
  const save = () => {
    if (isSame) return;
    correct.mutate(
      { text: value.replace(/\s+/g, " ").trim(), replaces: inForce?.id ?? null },
      { onSuccess: onClose },
    );
  };
  return (
    <div className="correct" data-testid="correct-form">
      <Textarea
        aria-label={t("correction.label")}
        autosize
        data-autofocus
        data-testid="correct-text"
        error={correct.error ? errorText(text, correct.error) : undefined}
        lang={utterance.language || undefined}
        minRows={2}
        onChange={(event) => setValue(event.currentTarget.value)}
        onKeyDown={getHotkeyHandler([
          ["mod+Enter", save],
          ["Escape", onClose],
        ])}
        autoFocus
        value={value}
      />
      <div className="page-actions">
        <Button
          data-testid="correct-save"
          disabled={isSame}
          loading={correct.isPending}
          onClick={save}
          size="xs"
        >
          {t("correction.save")}
        </Button>
        <Button onClick={onClose} size="xs" variant="default">
          {t("action.cancel")}
        </Button>
      </div>
      <p className="muted small">{t("correction.hint")}</p>
    </div>
  );
}

/** Who corrected a line, and what stood there before. */
export function CorrectedNote({ utterance }: { readonly utterance: Utterance }) {
  const { t } = useText();
  const { dateTime } = useDates();
  const made = utterance.corrections ?? [];
  const newest = made.find((one) => one.is_current);
  if (!newest) return null;
  return (
    <details className="corrected" data-testid="corrected">
      <summary className="small">
        {t("correction.by", { name: newest.by, at: dateTime(newest.at) })}
      </summary>
      <ol>
        {made.slice(1).map((one) => (
          <li key={one.id}>
            <span className="muted small">
              {t("correction.before", { name: one.by, at: dateTime(one.at) })}
            </span>{" "}
            {one.text}
          </li>
        ))}
        <li>
          <span className="muted small">{t("correction.engine")}</span>{" "}
          {utterance.heard || t("correction.nothing")}
        </li>
      </ol>
    </details>
  );
}
