import { Radio } from "@mantine/core";
import { useText } from "../../i18n";
import { usePlan } from "../queries";

interface Props {
  readonly planId: string;
  readonly competencyId: string;
  readonly value?: string;
  readonly onChange?: (value: string) => void;
  readonly error?: React.ReactNode;
}

const LEVELS = ["1", "2", "3", "4", "5"];

/** The anchors stand beside the levels: a level means what the rubric says, not what one feels. */
export function LevelPicker({ planId, competencyId, value, onChange, error }: Props) {
  const { t } = useText();
  const anchors = usePlan(planId).data?.rubric.anchors[competencyId] ?? {};
  return (
    <Radio.Group
      error={error}
      label={t("override.level")}
      onChange={(level) => onChange?.(level)}
      value={value ?? ""}
    >
      <div className="level-options">
        {LEVELS.map((level) => (
          <Radio.Card
            className="level-option"
            data-testid={`level-${level}`}
            key={level}
            value={level}
          >
            <Radio.Indicator />
            <strong>{level}</strong>
            <span>{anchors[level as keyof typeof anchors] ?? ""}</span>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}
