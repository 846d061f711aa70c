import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useText } from "../../i18n";

interface Props {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly size?: string;
  /** Closed by its own buttons only. */
  readonly isFirm?: boolean;
  readonly children: ReactNode;
}

/** Put together from Mantine's parts: its own header would be a second banner of the page. */
export function Dialog({ title, isOpen, onClose, size = "md", isFirm = false, children }: Props) {
  const { t } = useText();
  return (
    <Modal.Root
      closeOnClickOutside={!isFirm}
      closeOnEscape={!isFirm}
      onClose={onClose}
      opened={isOpen}
      size={size}
    >
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body className="dialog-body">
          <div className="card-line">
            <Modal.Title className="dialog-title">{title}</Modal.Title>
            {!isFirm && <Modal.CloseButton aria-label={t("action.close")} />}
          </div>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
