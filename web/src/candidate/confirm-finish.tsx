import { lazy, Suspense, useEffect, useRef } from "react";
import { useText } from "../i18n";

/** What was recorded, to look at and to listen to; it brings its own texts and styles. */
const Review = lazy(() => import("./review/page"));

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

/** Nothing is handed in before the candidate has seen it and says so. */
export function ConfirmFinish({ isOpen, onClose, onConfirm }: Props) {
  const { t } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);

  return (
    <dialog aria-labelledby="finish-title" className="dialog review" onClose={onClose} ref={dialog}>
      <h2 id="finish-title">{t("interview.confirm.title")}</h2>
      <p>{t("interview.confirm.text")}</p>
      {isOpen && (
        <Suspense fallback={<p className="loading">{t("loading")}</p>}>
          <Review />
        </Suspense>
      )}
      <div className="actions review-actions">
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
