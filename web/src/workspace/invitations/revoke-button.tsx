import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import type { Invitation } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { useRevoke } from "../queries";

export function RevokeButton({ invitation }: { readonly invitation: Invitation }) {
  const text = useText();
  const { t } = text;
  const [isOpen, { open, close }] = useDisclosure();
  const revoke = useRevoke();
  const confirm = () =>
    revoke.mutate(invitation.id, {
      onSuccess: () => {
        notifications.show({ message: t("invitations.revoked"), withCloseButton: false });
        close();
      },
    });
  return (
    <>
      <Button data-testid="revoke" onClick={open} size="xs" variant="default">
        {t("invitations.revoke")}
      </Button>
      <Dialog onClose={close} isOpen={isOpen} title={t("invitations.revokeTitle")}>
        <div className="stack">
          <p>{t("invitations.revokeText", { name: invitation.candidate_name })}</p>
          {revoke.error && (
            <Message tone="danger" isUrgent>
              {errorText(text, revoke.error)}
            </Message>
          )}
          <div className="page-actions">
            <Button
              color="red"
              data-testid="revoke-confirm"
              loading={revoke.isPending}
              onClick={confirm}
            >
              {t("invitations.revoke")}
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
