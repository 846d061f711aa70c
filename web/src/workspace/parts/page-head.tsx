import type { ReactNode } from "react";

interface Props {
  readonly title: string;
  readonly lead?: string;
  readonly children?: ReactNode;
}

export function PageHead({ title, lead, children }: Props) {
  return (
    <div className="page-head">
      <div>
        <h1>{title}</h1>
        {lead && <p className="muted">{lead}</p>}
      </div>
      {children && <div className="page-actions">{children}</div>}
    </div>
  );
}
