import { useRef } from "react";
import { useText } from "../../i18n";

interface Props {
  readonly answered: number;
  readonly total: number;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
}

export function HandIn({ answered, total, isBusy, onConfirm }: Props) {
  const { t } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => dialog.current?.close();
  return (
    <div className="hand-in">
      <p data-testid="answered">{t("written.answered", { answered, total })}</p>
      <button
        className="button primary large"
        data-testid="hand-in"
        disabled={isBusy || answered === 0}
        onClick={() => dialog.current?.showModal()}
        type="button"
      >
        {t("written.handIn")}
      </button>
      <dialog aria-labelledby="hand-in-title" className="dialog" ref={dialog}>
        <h2 id="hand-in-title">{t("written.confirm.title")}</h2>
        <p>{t("written.confirm.text", { answered, total })}</p>
        <div className="actions">
          <button
            className="button primary"
            data-testid="hand-in-confirm"
            onClick={() => {
              close();
              onConfirm();
            }}
            type="button"
          >
            {t("written.confirm.yes")}
          </button>
          <button className="button" data-testid="hand-in-cancel" onClick={close} type="button">
            {t("written.confirm.no")}
          </button>
        </div>
      </dialog>
    </div>
  );
}
