import { Button, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Sheet } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Icon } from "../../ui/icons";
import { Message } from "../../ui/message";
import { LevelPicker } from "../case/level-picker";
import { Loaded } from "../parts/load-state";
import { usePlan } from "../queries";
import { useActiveSeconds } from "./use-active-seconds";
import { useLockSheet } from "./use-trials";

interface Props {
  readonly sheet: Sheet;
  readonly planId: string;
}

interface Entry {
  readonly level: string;
  readonly reason: string;
}

const EMPTY: Entry = { level: "", reason: "" };
const SHORTEST = 5;

/** One level and one reason for each competency; locked together, once. */
export function SheetForm({ sheet, planId }: Props) {
  const plan = usePlan(planId);
  return (
    <Loaded query={plan}>
      {({ competencies }) => <Fields competencies={competencies} planId={planId} sheet={sheet} />}
    </Loaded>
  );
}

interface FieldsProps extends Props {
  readonly competencies: readonly { readonly id: string; readonly name: string }[];
}

function Fields({ sheet, planId, competencies }: FieldsProps) {
  const text = useText();
  const { t } = text;
  const lock = useLockSheet(sheet.session_id);
  const seconds = useActiveSeconds();
  const [entries, setEntries] = useState<Readonly<Record<string, Entry>>>({});
  const [isTried, setTried] = useState(false);
  const needsReason = sheet.purpose === "trial";
  const entry = (id: string) => entries[id] ?? EMPTY;
  const change = (id: string, part: Partial<Entry>) =>
    setEntries((before) => ({ ...before, [id]: { ...(before[id] ?? EMPTY), ...part } }));
  const lacksReason = (id: string) => needsReason && entry(id).reason.trim().length < SHORTEST;
  const isWhole = competencies.every(({ id }) => entry(id).level !== "" && !lacksReason(id));
  const send = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!isWhole) return;
    const levels = competencies.map(({ id }) => ({
      competency_id: id,
      level: Number(entry(id).level),
      reason: entry(id).reason,
    }));
    lock.mutate({ levels, seconds: seconds() });
  };
  return (
    <form className="stack sheet-form" data-testid="sheet-form" onSubmit={send}>
      <p className="aside-note">
        <Icon name="lock" />
        {t(`sheetLead.${sheet.purpose}`)}
      </p>
      {competencies.map(({ id, name }) => (
        <fieldset className="card sheet-field" key={id}>
          <legend>{name}</legend>
          <Proposed shown={sheet.proposals.find((one) => one.competency_id === id)?.shown} />
          <LevelPicker
            competencyId={id}
            error={isTried && entry(id).level === "" ? t("sheets.levelMissing") : null}
            onChange={(level) => change(id, { level })}
            planId={planId}
            value={entry(id).level}
          />
          <Textarea
            autosize
            data-testid="sheet-reason"
            error={isTried && lacksReason(id) ? t("errors.reason_missing") : null}
            label={t(needsReason ? "sheets.reason" : "sheets.reasonOptional")}
            minRows={2}
            onChange={(event) => change(id, { reason: event.currentTarget.value })}
            value={entry(id).reason}
          />
        </fieldset>
      ))}
      {lock.error && (
        <Message isUrgent tone="danger">
          {errorText(text, lock.error)}
        </Message>
      )}
      <p className="muted small">{t("sheets.lockHint")}</p>
      <Button data-testid="sheet-lock" loading={lock.isPending} size="md" type="submit">
        {t("sheets.lock")}
      </Button>
    </form>
  );
}

function Proposed({ shown }: { readonly shown: number | undefined }) {
  const { t } = useText();
  if (shown === undefined) return null;
  return (
    <p className="proposed" data-testid="proposed">
      {t("sheets.proposed", { level: shown })}
    </p>
  );
}
