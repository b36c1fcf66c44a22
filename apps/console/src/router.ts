import { createRouter, createWebHistory } from 'vue-router';
import { loadSession, session, signIn } from './session/session';

declare module 'vue-router' {
  interface RouteMeta {
    /** Shown without a session. */
    open?: boolean;
    /** The permission without which the page is of no use. */
    permission?: string;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: '/live' },
    { path: '/live', component: () => import('./live/live-page.vue'), meta: { permission: 'dynamic:events:read' } },
    { path: '/reports', component: () => import('./report/report-page.vue'), meta: { permission: 'statistics:reports:read' } },
    { path: '/:path(.*)*', component: () => import('./session/not-found-page.vue'), meta: { open: true } },
  ],
});

router.beforeEach(async (to) => {
  await loadSession();
  if (to.meta.open === true || session.user !== null || session.failed) return true;
  signIn(to.fullPath);
  return false;
});
