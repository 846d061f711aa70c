import { Button, Select } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import type { Colleague, NewColleague, Role } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { useDates } from "../format";
import { Loaded } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { useMay, useMe } from "../queries";
import { AddDialog } from "./add-dialog";
import { PasswordDialog } from "./password-dialog";
import { ROLES } from "./roles";
import { useChangePerson, usePeople } from "./use-people";

/** Who works here and as what. Only an administrator changes it; the API decides. */
export default function PeoplePage() {
  const { t } = useText();
  const people = usePeople();
  const mayChange = useMay()("people.write");
  const [isOpen, { open, close }] = useDisclosure();
  const [made, setMade] = useState<NewColleague | null>(null);
  return (
    <>
      <PageHead lead={t("people.lead")} title={t("people.title")}>
        {mayChange && (
          <Button data-testid="person-add" onClick={open}>
            {t("people.add")}
          </Button>
        )}
      </PageHead>
      <Loaded query={people}>{(list) => <PeopleTable list={list} mayChange={mayChange} />}</Loaded>
      {isOpen && <AddDialog onClose={close} onMade={setMade} />}
      <PasswordDialog made={made} onClose={() => setMade(null)} />
    </>
  );
}

interface TableProps {
  readonly list: readonly Colleague[];
  readonly mayChange: boolean;
}

function PeopleTable({ list, mayChange }: TableProps) {
  const { t } = useText();
  const { date } = useDates();
  const me = useMe().data;
  return (
    <table className="table" data-testid="people">
      <thead>
        <tr>
          {(["name", "role", "since", "access"] as const).map((column) => (
            <th key={column} scope="col">
              {t(`people.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {list.map((person) => (
          <tr data-testid="person" key={person.id}>
            <td className="cell-name" data-label={t("people.name")}>
              <div>
                <div className="strong">{person.name}</div>
                <div className="muted small break">{person.email}</div>
              </div>
            </td>
            {mayChange && person.id !== me?.id ? (
              <Changing person={person} />
            ) : (
              <>
                <td data-label={t("people.role")}>{t(`role.${person.role}`)}</td>
                <td className="nowrap" data-label={t("people.since")}>
                  {date(person.created_at)}
                </td>
                <td data-label={t("people.access")}>
                  {t(person.is_active ? "people.open" : "people.closed")}
                </td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Changing({ person }: { readonly person: Colleague }) {
  const text = useText();
  const { t } = text;
  const { date } = useDates();
  const change = useChangePerson(person.id);
  const isRole = (value: string | null): value is Role => ROLES.some((role) => role === value);
  return (
    <>
      <td data-label={t("people.role")}>
        <div>
          <Select
            allowDeselect={false}
            aria-label={t("people.roleOf", { name: person.name })}
            data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
            data-testid="person-role"
            disabled={change.isPending}
            onChange={(role) => isRole(role) && change.mutate({ role })}
            value={person.role}
          />
          {change.error && (
            <Message tone="danger" isUrgent>
              {errorText(text, change.error)}
            </Message>
          )}
        </div>
      </td>
      <td className="nowrap" data-label={t("people.since")}>
        {date(person.created_at)}
      </td>
      <td data-label={t("people.access")}>
        <Button
          data-testid="person-access"
          loading={change.isPending}
          onClick={() => change.mutate({ is_active: !person.is_active })}
          size="xs"
          variant="default"
        >
          {t(person.is_active ? "people.close" : "people.reopen")}
        </Button>
      </td>
    </>
  );
}
