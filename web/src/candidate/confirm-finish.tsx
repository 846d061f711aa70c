import { useEffect, useRef } from "react";
import { useText } from "../i18n";

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

export function ConfirmFinish({ isOpen, onClose, onConfirm }: Props) {
  const { t } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);

  return (
    <dialog aria-labelledby="finish-title" className="dialog" onClose={onClose} ref={dialog}>
      <h2 id="finish-title">{t("interview.confirm.title")}</h2>
      <p>{t("interview.confirm.text")}</p>
      <div className="actions">
        <button
          className="button primary"
          data-testid="finish-confirm"
          onClick={() => {
            onClose();
            onConfirm();
          }}
          type="button"
        >
          {t("interview.confirm.yes")}
        </button>
        <button className="button" data-testid="finish-cancel" onClick={onClose} type="button">
          {t("interview.confirm.no")}
        </button>
      </div>
    </dialog>
  );
}
