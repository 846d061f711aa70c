import type { ReactNode } from "react";
import { Icon } from "../ui/icons";

interface Props {
  readonly tone: "danger" | "warn" | "info";
  readonly children: ReactNode;
}

export function Message({ tone, children }: Props) {
  return (
    <div className={`message is-${tone}`}>
      <Icon name="alert" />
      <div>{children}</div>
    </div>
  );
}
