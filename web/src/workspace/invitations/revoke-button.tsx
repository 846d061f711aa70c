import { Alert, Button, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import type { Invitation } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { useRevoke } from "../queries";

export function RevokeButton({ invitation }: { readonly invitation: Invitation }) {
  const text = useText();
  const { t } = text;
  const [isOpen, { open, close }] = useDisclosure();
  const revoke = useRevoke();
  const confirm = () =>
    revoke.mutate(invitation.id, {
      onSuccess: () => {
        notifications.show({ message: t("invitations.revoked") });
        close();
      },
    });
  return (
    <>
      <Button data-testid="revoke" onClick={open} size="xs" variant="default">
        {t("invitations.revoke")}
      </Button>
      <Modal
        closeButtonProps={{ "aria-label": t("action.close") }}
        onClose={close}
        opened={isOpen}
        title={t("invitations.revokeTitle")}
      >
        <div className="stack">
          <p>{t("invitations.revokeText", { name: invitation.candidate_name })}</p>
          {revoke.error && <Alert color="red">{errorText(text, revoke.error)}</Alert>}
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
      </Modal>
    </>
  );
}
