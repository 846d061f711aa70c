import { Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { NewColleague, Role } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { ROLES } from "./roles";
import { useAddPerson } from "./use-people";

interface Props {
  readonly onClose: () => void;
  readonly onMade: (person: NewColleague) => void;
}

export function AddDialog({ onClose, onMade }: Props) {
  const text = useText();
  const { t, language } = text;
  const add = useAddPerson();
  const form = useForm({
    initialValues: { name: "", email: "", role: "reviewer" as Role },
    validate: {
      name: (value) => (value.trim() === "" ? t("planForm.required") : null),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value) ? null : t("invitations.invalidEmail")),
    },
  });
  const send = form.onSubmit((values) =>
    add.mutate(
      { ...values, locale: language },
      {
        onSuccess: (person) => {
          onClose();
          onMade(person);
        },
      },
    ),
  );
  return (
    <Dialog isOpen onClose={onClose} title={t("people.add")}>
      <form className="stack" noValidate onSubmit={send}>
        <TextInput
          data-testid="person-name"
          label={t("people.name")}
          {...form.getInputProps("name")}
        />
        <TextInput
          data-testid="person-email"
          label={t("invitations.email")}
          type="email"
          {...form.getInputProps("email")}
        />
        <Select
          allowDeselect={false}
          data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
          data-testid="person-new-role"
          description={t(`duty.${form.values.role}`)}
          label={t("people.role")}
          {...form.getInputProps("role")}
        />
        {add.error && (
          <Message tone="danger" isUrgent>
            {errorText(text, add.error)}
          </Message>
        )}
        <Button data-testid="person-create" loading={add.isPending} type="submit">
          {t("people.add")}
        </Button>
      </form>
    </Dialog>
  );
}
