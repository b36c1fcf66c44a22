import { computed, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { getJson } from './api';

/** A division of the province: 2, 4 or 6 digits. */
export interface Area {
  code: string;
  parent: string | null;
  level: 'province' | 'city' | 'county';
  names: { 'zh-CN': string; en: string };
}

interface Station {
  code: string;
  names: { 'zh-CN': string; en: string };
}

const areas = shallowRef<Area[]>([]);
const stations = shallowRef<Map<string, Station>>(new Map());
let loading: Promise<void> | undefined;

/** The areas and stations that the signed-in person may see, loaded once, and their names in the current language. */
export function useAreas() {
  const { locale } = useI18n();
  const named = computed(() => new Map(areas.value.map((area) => [area.code, area.names])));
  const language = () => (locale.value === 'zh-CN' ? 'zh-CN' : 'en');

  function load(): Promise<void> {
    loading ??= Promise.all([
      getJson<{ items: Area[] }>('/api/system/areas', {}, locale.value),
      getJson<{ items: Station[] }>('/api/system/stations', { limit: '1000' }, locale.value),
    ]).then(
      ([areaAnswer, stationAnswer]) => {
        areas.value = areaAnswer.items;
        stations.value = new Map(stationAnswer.items.map((station) => [station.code, station]));
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  /** The name of a division or station, or its code where it has none. */
  function nameOf(code: string): string {
    return (named.value.get(code) ?? stations.value.get(code)?.names)?.[language()] ?? code;
  }

  return { areas, load, nameOf };
}
