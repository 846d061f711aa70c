import type { ReactNode } from "react";
import { Icon } from "./icons";

interface Props {
  readonly tone: "danger" | "warn" | "ok" | "info";
  readonly title?: string;
  readonly children: ReactNode;
  readonly testId?: string;
  /** Read out at once; for what answers something the person just did. */
  readonly isUrgent?: boolean;
}

export function Message({ tone, title, children, testId, isUrgent }: Props) {
  return (
    <div
      className={`message is-${tone}`}
      data-testid={testId}
      role={isUrgent ? "alert" : undefined}
    >
      <Icon name={tone === "ok" ? "check" : "alert"} />
      <div>
        {title && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}
