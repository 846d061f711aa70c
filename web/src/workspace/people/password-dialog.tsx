import { Button, CopyButton, TextInput } from "@mantine/core";
import type { NewColleague } from "../../api/types";
import { useText } from "../../i18n";
import { Dialog } from "../parts/dialog";

interface Props {
  readonly made: NewColleague | null;
  readonly onClose: () => void;
}

/** Closed only by its button: the password is shown once. */
export function PasswordDialog({ made, onClose }: Props) {
  const { t } = useText();
  const password = made?.password ?? "";
  return (
    <Dialog
      isFirm
      isOpen={made !== null}
      onClose={onClose}
      title={t("people.added", { name: made?.name ?? "" })}
    >
      <div className="stack">
        <p className="muted">{t("people.once")}</p>
        <TextInput
          data-testid="person-password"
          label={t("login.password")}
          onFocus={(event) => event.currentTarget.select()}
          readOnly
          value={password}
        />
        <div className="page-actions">
          <CopyButton value={password}>
            {({ copied, copy }) => (
              <Button onClick={copy}>{t(copied ? "invitations.copied" : "people.copy")}</Button>
            )}
          </CopyButton>
          <Button data-testid="person-done" onClick={onClose} variant="default">
            {t("invitations.done")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
