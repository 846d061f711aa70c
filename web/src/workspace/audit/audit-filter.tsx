import { Button, Menu, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { exportUrl, KINDS, type Wanted } from "./use-audit";

const api = workspaceClient();
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The people of the house by the name that the record has for them. */
export function useActors(): { value: string; label: string }[] {
  const people = useQuery({
    queryKey: ["people"],
    queryFn: () => unwrap(api.GET("/api/people")),
    staleTime: 60_000,
  });
  return (people.data ?? []).map(({ id, name }) => ({ value: `account:${id}`, label: name }));
}

interface Props {
  readonly wanted: Wanted;
  readonly onChange: (change: Partial<Wanted>) => void;
}

/** Who, what, when, and which case. */
export function AuditFilter({ wanted, onChange }: Props) {
  const { t } = useText();
  const actors = useActors();
  return (
    <fieldset className="audit-filter">
      <legend className="visually-hidden">{t("trail.filter")}</legend>
      <Select
        allowDeselect={false}
        data={KINDS.map((kind) => ({ value: kind, label: t(`trail.kind.${kind || "all"}`) }))}
        data-testid="audit-kind"
        label={t("trail.what")}
        onChange={(value) => onChange({ kind: KINDS.find((kind) => kind === value) ?? "" })}
        value={wanted.kind}
      />
      <Select
        clearable
        data={[{ value: "system", label: t("trail.system") }, ...actors]}
        data-testid="audit-actor"
        label={t("trail.who")}
        onChange={(value) => onChange({ actor: value ?? "" })}
        placeholder={t("trail.anybody")}
        searchable
        value={wanted.actor || null}
      />
      <TextInput
        label={t("trail.since")}
        max={wanted.until || undefined}
        onChange={(event) => onChange({ since: event.currentTarget.value })}
        type="date"
        value={wanted.since}
      />
      <TextInput
        label={t("trail.until")}
        min={wanted.since || undefined}
        onChange={(event) => onChange({ until: event.currentTarget.value })}
        type="date"
        value={wanted.until}
      />
      <TextInput
        data-testid="audit-case"
        defaultValue={wanted.case}
        key={wanted.case}
        label={t("trail.case")}
        onChange={(event) => {
          const value = event.currentTarget.value.trim();
          if (value === "" || UUID.test(value)) onChange({ case: value });
        }}
        placeholder={t("trail.casePlaceholder")}
      />
    </fieldset>
  );
}

/** What the filter leaves, as a file. The server puts the taking on record. */
export function AuditDownload({ wanted }: { readonly wanted: Wanted }) {
  const { t } = useText();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button data-testid="audit-export" variant="default">
          {t("trail.export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(["csv", "json"] as const).map((form) => (
          <Menu.Item
            component="a"
            download
            href={exportUrl(wanted, form)}
            key={form}
            leftSection={<Icon name="download" size={16} />}
          >
            {t(`trail.form.${form}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
