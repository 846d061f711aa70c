import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router";
import { LoginPage } from "./login-page";
import { Loading } from "./parts/load-state";
import { NotFound } from "./parts/not-found";
import { RequireLogin } from "./shell/require-login";
import { Home, Shell } from "./shell/shell";

const StartPage = lazy(() => import("./tour/start-page"));
const QueuePage = lazy(() => import("./queue/queue-page"));
const CasePage = lazy(() => import("./case/case-page"));
const LivePage = lazy(() => import("./live/live-page"));
const PlansPage = lazy(() => import("./plans/plans-page"));
const OutlinePage = lazy(() => import("./plans/outline/outline-page"));
const NewPlanPage = lazy(() => import("./plans/new-plan-page"));
const PlanPage = lazy(() => import("./plans/plan-page"));
const InvitationsPage = lazy(() => import("./invitations/invitations-page"));
const ImportPage = lazy(() => import("./invitations/import/import-page"));
const RequestsPage = lazy(() => import("./requests/requests-page"));
const PeoplePage = lazy(() => import("./people/people-page"));
const ComparePage = lazy(() => import("./compare/compare-page"));
const SharedPage = lazy(() => import("./shared/shared-page"));
const AuditPage = lazy(() => import("./audit/audit-page"));
const TrialsPage = lazy(() => import("./trials/trials-page"));
const TrialPage = lazy(() => import("./trials/trial-page"));
const AdoptionPage = lazy(() => import("./trials/adoption-page"));
const CalibrationPage = lazy(() => import("./trials/calibration-page"));
const SheetsPage = lazy(() => import("./trials/sheets-page"));
const SheetPage = lazy(() => import("./trials/sheet-page"));

export function App() {
  return (
    <Suspense fallback={<Loading />}>
      <Routes>
        <Route element={<LoginPage />} path="login" />
        <Route element={<SharedPage />} path="shared" />
        <Route
          element={
            <RequireLogin>
              <Shell />
            </RequireLogin>
          }
        >
          <Route element={<Home />} index />
          <Route element={<StartPage />} path="start" />
          <Route element={<QueuePage />} path="queue" />
          <Route element={<CasePage />} path="cases/:id" />
          <Route element={<ComparePage />} path="compare" />
          <Route element={<LivePage />} path="live" />
          <Route element={<PlansPage />} path="plans" />
          <Route element={<NewPlanPage />} path="plans/new" />
          <Route element={<OutlinePage />} path="plans/draft" />
          <Route element={<PlanPage />} path="plans/:id" />
          <Route element={<InvitationsPage />} path="invitations" />
          <Route element={<ImportPage />} path="invitations/import" />
          <Route element={<RequestsPage />} path="requests" />
          <Route element={<PeoplePage />} path="people" />
          <Route element={<AuditPage />} path="audit" />
          <Route element={<TrialsPage />} path="trials" />
          <Route element={<TrialPage />} path="trials/:id" />
          <Route element={<AdoptionPage />} path="adoption" />
          <Route element={<CalibrationPage />} path="calibration" />
          <Route element={<SheetsPage />} path="sheets" />
          <Route element={<SheetPage />} path="sheets/:id" />
          <Route element={<NotFound />} path="*" />
        </Route>
      </Routes>
    </Suspense>
  );
}
