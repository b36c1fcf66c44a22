import { createApp } from 'vue';
import 'element-plus/dist/index.css';
import App from './app.vue';
import { i18n } from './i18n/i18n';
import { router } from './router';
import './style.css';

createApp(App).use(i18n).use(router).mount('#app');
