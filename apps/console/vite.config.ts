import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [vue()],
  build: {
    target: 'es2022',
    // The chart and component libraries are large and change seldom: chunks of their own stay in the browser's cache.
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      output: {
        manualChunks(id: string) {
          if (id.includes('/echarts4/')) return 'map';
          if (/node_modules\/(echarts|zrender)\//.test(id)) return 'charts';
          if (/node_modules\/(element-plus|@element-plus|@floating-ui)\//.test(id)) return 'components';
          return undefined;
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(['/api', '/login', '/logout', '/session', '/oauth2'].map((path) => [path, 'http://localhost:8080'])),
  },
});
