import { Button, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import type { Invitation } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { useResend } from "./use-resend";

/** The same link again, with a new deadline if one is given. */
export function ResendButton({ invitation }: { readonly invitation: Invitation }) {
  const text = useText();
  const { t } = text;
  const [isOpen, { open, close }] = useDisclosure();
  const [deadline, setDeadline] = useState("");
  const resend = useResend();
  const send = () =>
    resend.mutate(
      { invitation_id: invitation.id, body: { deadline } },
      {
        onSuccess: () => {
          notifications.show({ message: t("resend.done"), withCloseButton: false });
          close();
        },
      },
    );
  return (
    <>
      <Button data-testid="resend" mr="xs" onClick={open} size="xs" variant="default">
        {t("resend.action")}
      </Button>
      <Dialog isOpen={isOpen} onClose={close} title={t("resend.action")}>
        <div className="stack">
          <p>{t("resend.text", { name: invitation.candidate_name })}</p>
          <TextInput
            data-testid="resend-deadline"
            description={t("resend.zone", { zone: invitation.time_zone })}
            label={t("resend.deadline")}
            onChange={(event) => setDeadline(event.currentTarget.value)}
            type="datetime-local"
            value={deadline}
          />
          {resend.error && (
            <Message tone="danger" isUrgent>
              {errorText(text, resend.error)}
            </Message>
          )}
          <div className="page-actions">
            <Button data-testid="resend-confirm" loading={resend.isPending} onClick={send}>
              {t("resend.action")}
            </Button>
            <Button onClick={close} variant="default">
              {t("action.cancel")}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}
