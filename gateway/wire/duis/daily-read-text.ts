// LogEntry elements of the Daily Read Log, 4.6.1 [MMC-XSD ImportDailyReadLogType, domain §1.8]:
// cumulative registers, Wh of electricity and m³ of gas, with their matrices numbered from 1.

import { formatSeconds } from '../../protocol/half-hours.ts';
import { cubicMetres, type DailyRead, type GasDailyRead } from '../../protocol/log-entries.ts';
import type { LogAnswer } from '../../protocol/service-response.ts';

/** Gas meters count litres: m³ with three decimals say them all. */
const GAS_DECIMALS = 3;

/** The newest `most` entries of a log, ASCII. */
export function dailyReadTexts(
  log: Extract<LogAnswer, { srv: '4.6.1' }>,
  most: number,
): readonly string[] {
  return log.fuel === 'gas'
    ? log.dailyReadLog.slice(-most).map(gasDailyRead)
    : log.dailyReadLog.slice(-most).map(dailyRead);
}

function dailyRead(read: DailyRead): string {
  const { secondaryActiveImportRegisterConsumption: secondary } = read;
  const { secondaryTariffTOURegisterMatrixValue: secondaryMatrix = [] } = read;
  return dailyEntry(
    read.timestamp,
    'Electricity',
    element('ElecActiveImportRegisterConsumption', read.elecActiveImportRegisterConsumption) +
      (secondary === undefined
        ? ''
        : element('SecondaryActiveImportRegisterConsumption', secondary)) +
      matrix('SecondaryTariffTOURegisterMatrixValue', secondaryMatrix) +
      matrix('TariffTOURegisterMatrixValue', read.tariffTOURegisterMatrixValue),
  );
}

function gasDailyRead(read: GasDailyRead): string {
  const register = gasText(read.gasActiveImportRegisterConsumption);
  return dailyEntry(
    read.timestamp,
    'Gas',
    element('GasActiveImportRegisterConsumption', register) +
      matrix('TariffBlockCounterMatrix', read.tariffBlockCounterMatrix.map(gasText)) +
      matrix('TariffTOURegisterMatrix', read.tariffTOURegisterMatrix.map(gasText)),
  );
}

function gasText(litres: number): string {
  return cubicMetres(litres).toFixed(GAS_DECIMALS);
}

function dailyEntry(timestamp: number, fuel: 'Electricity' | 'Gas', values: string): string {
  return (
    `<ra:LogEntry><ra:Timestamp>${formatSeconds(timestamp)}</ra:Timestamp>` +
    `<ra:${fuel}>${values}</ra:${fuel}></ra:LogEntry>`
  );
}

function element(name: string, value: string | number): string {
  return `<ra:${name}>${value}</ra:${name}>`;
}

function matrix(name: string, values: readonly (string | number)[]): string {
  return values
    .map((value, place) => `<ra:${name} index="${place + 1}">${value}</ra:${name}>`)
    .join('');
}
