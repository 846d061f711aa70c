import { Button, CopyButton, TextInput } from "@mantine/core";
import type { InvitationCreated } from "../../api/types";
import { useText } from "../../i18n";
import { Dialog } from "../parts/dialog";

interface Props {
  readonly created: InvitationCreated | null;
  readonly onClose: () => void;
}

/** Closed only by its button: a stray click must not lose a link that is shown once. */
export function LinkDialog({ created, onClose }: Props) {
  const { t } = useText();
  return (
    <Dialog
      isFirm
      onClose={onClose}
      isOpen={created !== null}
      title={t("invitations.linkTitle", { name: created?.candidate_name ?? "" })}
    >
      <div className="stack">
        <p className="muted">{t("invitations.linkOnce")}</p>
        <TextInput
          data-testid="invite-link"
          label={t("invitations.link")}
          onFocus={(event) => event.currentTarget.select()}
          readOnly
          value={created?.link ?? ""}
        />
        <div className="page-actions">
          <CopyButton value={created?.link ?? ""}>
            {({ copied, copy }) => (
              <Button data-testid="invite-copy" onClick={copy}>
                {copied ? t("invitations.copied") : t("invitations.copy")}
              </Button>
            )}
          </CopyButton>
          <Button data-testid="invite-done" onClick={onClose} variant="default">
            {t("invitations.done")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
