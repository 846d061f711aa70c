import { Checkbox } from "@mantine/core";
import type { Utterance } from "../../api/types";
import { formatClock } from "../../core/clock";
import { useText } from "../../i18n";

interface Props {
  readonly utterances: readonly Utterance[];
  readonly value?: string[];
  readonly onChange?: (value: string[]) => void;
}

export function EvidencePicker({ utterances, value, onChange }: Props) {
  const { t } = useText();
  const said = utterances.filter(({ status, text }) => status === "done" && text !== "");
  if (said.length === 0) return null;
  return (
    <Checkbox.Group
      description={t("override.evidenceHint")}
      label={t("override.evidence")}
      onChange={(ids) => onChange?.(ids)}
      value={value ?? []}
    >
      <div className="evidence-options">
        {said.map(({ id, start, text }) => (
          <Checkbox
            data-testid="override-evidence"
            key={id}
            label={
              <>
                <span className="time">{formatClock(start)}</span> {text}
              </>
            }
            value={id}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}
