import { Button, Select, type SelectProps, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { useEffect, useState } from "react";
import type { QueueChoices, QueueCounts } from "../../api/types";
import { useText } from "../../i18n";
import { languageKey } from "../format";
import { STATES } from "../states";
import { type Filters, narrowing } from "./filters";

interface Props {
  readonly filters: Filters;
  readonly choices: QueueChoices | undefined;
  readonly counts: QueueCounts | undefined;
  readonly onChange: (filters: Filters) => void;
}

export function QueueFilters({ filters, choices, counts, onChange }: Props) {
  const { t } = useText();
  const [isOpen, { toggle }] = useDisclosure();
  const set = (change: Filters) => onChange({ ...filters, ...change });
  const narrowed = narrowing({ ...filters, q: "" });
  return (
    <search className="filters" data-open={isOpen || undefined} data-tour="filters">
      <Search onChange={(q) => set({ q })} value={filters.q ?? ""} />
      <Button
        aria-expanded={isOpen}
        className="filters-more"
        data-testid="queue-more"
        onClick={toggle}
        variant="default"
      >
        {t("queue.filters")}
        {narrowed > 0 && ` (${narrowed})`}
      </Button>
      <div className="filters-rest">
        <Pick
          data={choices?.plans.map(({ id, title }) => ({ value: id, label: title })) ?? []}
          name="plan"
          onChange={(plan) => set({ plan })}
          searchable
          value={filters.plan}
        />
        <Pick
          data={STATES.map((value) => ({
            value,
            label: `${t(`state.${value}`)} (${counts?.states[value] ?? 0})`,
          }))}
          name="state"
          onChange={(state) => set({ state: STATES.find((known) => known === state) ?? "" })}
          value={filters.state}
        />
        <Pick
          data={[
            { value: "me", label: t("queue.me") },
            { value: "none", label: t("queue.nobody") },
            ...(choices?.people.map(({ id, name }) => ({ value: id, label: name })) ?? []),
          ]}
          name="assignee"
          onChange={(assignee) => set({ assignee })}
          searchable
          value={filters.assignee}
        />
        <Pick
          data={(["low", "sure", "none"] as const).map((value) => ({
            value,
            label: t(`confidence.${value}`),
          }))}
          name="confidence"
          onChange={(value) => set({ confidence: value as NonNullable<Filters["confidence"]> })}
          value={filters.confidence}
        />
        <Pick
          data={choices?.languages.map((value) => ({ value, label: t(languageKey(value)) })) ?? []}
          name="language"
          onChange={(language) => set({ language })}
          value={filters.language}
        />
        <Pick
          data={choices?.labels.map((value) => ({ value, label: value })) ?? []}
          name="label"
          onChange={(label) => set({ label })}
          searchable
          value={filters.label}
        />
      </div>
    </search>
  );
}

interface PickProps extends Pick<SelectProps, "searchable" | "data"> {
  readonly name: "plan" | "state" | "assignee" | "confidence" | "language" | "label";
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}

/** Empty means: whichever. */
function Pick({ name, value, onChange, ...rest }: PickProps) {
  const { t } = useText();
  const label = t(`queueFilter.${name}`);
  return (
    <Select
      aria-label={label}
      clearable
      data-testid={`filter-${name}`}
      onChange={(chosen) => onChange(chosen ?? "")}
      placeholder={label}
      size="sm"
      value={value || null}
      {...rest}
    />
  );
}

interface SearchProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Asked once a person stops typing. */
function Search({ value, onChange }: SearchProps) {
  const { t } = useText();
  const [typed, setTyped] = useState(value);
  const ask = useDebouncedCallback(onChange, 250);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      aria-label={t("queue.search")}
      className="filters-search"
      data-testid="queue-search"
      maxLength={100}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        ask(currentTarget.value.trim());
      }}
      placeholder={t("queue.search")}
      type="search"
      value={typed}
    />
  );
}
