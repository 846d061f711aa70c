import { Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Link } from "react-router";
import type { InvitationCreated, Plan } from "../../api/types";
import { isLocale, LOCALES, type Locale, useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { useInvite, usePlans } from "../queries";

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onCreated: (invitation: InvitationCreated) => void;
}

export function InviteDialog({ isOpen, onClose, onCreated }: Props) {
  const { t } = useText();
  const plans = usePlans();
  return (
    <Dialog onClose={onClose} isOpen={isOpen} title={t("invitations.new")}>
      {plans.data && plans.data.length > 0 ? (
        <InviteForm
          onCreated={(invitation) => {
            onClose();
            onCreated(invitation);
          }}
          plans={plans.data}
        />
      ) : (
        <Link to="/plans/new">{t("invitations.needPlan")}</Link>
      )}
    </Dialog>
  );
}

interface FormProps {
  readonly plans: readonly Plan[];
  readonly onCreated: (invitation: InvitationCreated) => void;
}

const DAYS = ["3", "7", "14", "30"];
const DAY_MS = 86_400_000;

function InviteForm({ plans, onCreated }: FormProps) {
  const text = useText();
  const { t, language } = text;
  const invite = useInvite();
  const form = useForm({
    initialValues: { plan: plans[0]?.id ?? "", name: "", email: "", locale: language, days: "14" },
    validate: {
      name: (value) => (value.trim() === "" ? t("planForm.required") : null),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value) ? null : t("invitations.invalidEmail")),
    },
  });
  const send = form.onSubmit(({ plan, name, email, locale, days }) => {
    const expires_at = new Date(Date.now() + Number(days) * DAY_MS).toISOString();
    const page: Locale = isLocale(locale) ? locale : "en";
    invite.mutate(
      {
        plan_id: plan,
        candidate_name: name.trim(),
        candidate_email: email,
        locale: page,
        expires_at,
      },
      { onSuccess: onCreated },
    );
  });

  return (
    <form className="stack" noValidate onSubmit={send}>
      <Select
        allowDeselect={false}
        data={plans.map(({ id, title }) => ({ value: id, label: title }))}
        data-testid="invite-plan"
        label={t("invitations.plan")}
        {...form.getInputProps("plan")}
      />
      <TextInput
        data-testid="invite-name"
        label={t("invitations.candidate")}
        {...form.getInputProps("name")}
      />
      <TextInput
        data-testid="invite-email"
        label={t("invitations.email")}
        type="email"
        {...form.getInputProps("email")}
      />
      <div className="pair">
        <Select
          allowDeselect={false}
          data={LOCALES.map((value) => ({ value, label: t(`language.${value}`) }))}
          label={t("invitations.locale")}
          {...form.getInputProps("locale")}
        />
        <Select
          allowDeselect={false}
          data={DAYS.map((value) => ({ value, label: t("invitations.days", { count: value }) }))}
          label={t("invitations.valid")}
          {...form.getInputProps("days")}
        />
      </div>
      {invite.error && (
        <Message tone="danger" isUrgent>
          {errorText(text, invite.error)}
        </Message>
      )}
      <Button data-testid="invite-create" loading={invite.isPending} type="submit">
        {t("invitations.create")}
      </Button>
    </form>
  );
}
