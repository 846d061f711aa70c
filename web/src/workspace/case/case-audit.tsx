import { AuditTable } from "../audit/audit-table";
import { Loaded } from "../parts/load-state";
import { useCaseAudit } from "../queries";

export function CaseAudit({ id }: { readonly id: string }) {
  const audit = useCaseAudit(id);
  return <Loaded query={audit}>{(events) => <AuditTable events={events} />}</Loaded>;
}
