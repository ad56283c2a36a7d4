package programme

import (
	"slices"
	"strings"
)

// vacancyCheck is one row of the checklist.
type vacancyCheck struct {
	code     string
	severity Severity
	columns  []string // on which it rests, besides words
	fails    func(*inspection) (checkHit, bool)
}

type checkHit struct {
	matched []string
	params  map[string]any
	columns []string // on which it rests, where that varies
	words   bool     // it rests on words only
}

// columns are where a finding can be mended.
func (x *inspection) columns(check vacancyCheck, hit checkHit) []string {
	out := slices.Clone(hit.columns)
	for _, column := range check.columns {
		if !hit.words && !slices.Contains(out, column) {
			out = append(out, column)
		}
	}
	for _, column := range x.where(false, check.code) {
		if !slices.Contains(out, column) {
			out = append(out, column)
		}
	}
	return out
}

// plainly makes a check out of a yes or no.
func plainly(fails func(*inspection) bool) func(*inspection) (checkHit, bool) {
	return func(x *inspection) (checkHit, bool) { return checkHit{}, fails(x) }
}

// orSaid makes a check that a field or a listed word can fail.
func orSaid(code string, fails func(*inspection) bool) func(*inspection) (checkHit, bool) {
	return func(x *inspection) (checkHit, bool) {
		words, field := x.said(code), fails(x)
		return checkHit{matched: words, words: !field}, field || len(words) > 0
	}
}

// checklist is the whole list, in the order in which employers and staff read
// it.
func checklist() []vacancyCheck {
	return []vacancyCheck{
		{"DW_ALERTA_TRATA_O_FRAUDE", Block, nil, func(x *inspection) (checkHit, bool) {
			signs, words := x.trafficSigns()
			return checkHit{matched: words, columns: x.where(true, signAbroad, signInexperience, signPrivateChat, signDebt, signPhoto)}, int64(signs) >= x.rule("alerta_senales_min")
		}},
		{"DW_SALARIO_NO_INFORMADO", SendFix, []string{"salario_mensual_cop", "salario_tipo"}, plainly(func(x *inspection) bool {
			switch x.PayKind {
			case PayToAgree, PayNotTold, "":
				return true
			case CommissionOnly: // has its own check, and no pay by definition
				return false
			}
			return x.pay() == 0
		})},
		{"DW_SOLO_COMISION", Reject, []string{"salario_tipo"}, plainly(func(x *inspection) bool { return x.PayKind == CommissionOnly })},
		{"DW_SALARIO_BAJO_MINIMO", Reject, []string{"salario_mensual_cop"}, belowMinimum},
		{"DW_SIN_AUXILIO_TRANSPORTE", SendFix, []string{"auxilio_transporte"}, plainly(func(x *inspection) bool {
			top, known := x.figure("aux_transporte_tope")
			return known && x.wage > 0 && x.Mode != Remote && x.Transport == StatedNo && x.pay() > 0 && x.pay() <= top*x.wage
		})},
		{"DW_JORNADA_EXCESIVA", Reject, []string{"horas_semana"}, tooManyHours},
		{"DW_SIN_DESCANSO_SEMANAL", Reject, []string{"dias_semana"}, plainly(func(x *inspection) bool {
			days, known := x.figure("dias_semana_max")
			return known && int64(x.Days) > days
		})},
		{"DW_SIN_RECARGOS", Reject, []string{"paga_recargos"}, plainly(func(x *inspection) bool { return x.Surcharges == StatedNo })},
		{"DW_SIN_CONTRATO_ESCRITO", Reject, []string{"contrato_escrito"}, plainly(func(x *inspection) bool { return x.Written != StatedYes })},
		{"DW_SERVICIOS_CON_SUBORDINACION", Reject, []string{"tipo_contrato"}, plainly(func(x *inspection) bool {
			return x.Contract == Services && (x.Hours > 0 || x.Schedule != "")
		})},
		{"DW_SIN_SEGURIDAD_SOCIAL", Reject, nil, func(x *inspection) (checkHit, bool) {
			missing := x.uninsured()
			return checkHit{columns: missing}, len(missing) > 0
		}},
		{"DW_COBRO_AL_TRABAJADOR", Reject, nil, func(x *inspection) (checkHit, bool) {
			words, charges := x.chargesWorker()
			return checkHit{matched: words, columns: x.feeColumns()}, charges
		}},
		{"DW_EDAD_MINIMA", Reject, []string{"edad_min"}, plainly(func(x *inspection) bool {
			return x.MinAge > 0 && int64(x.MinAge) < x.rule("edad_minima_programa")
		})},
		{"DW_DISCRIMINACION_EDAD", Reject, nil, func(x *inspection) (checkHit, bool) {
			hit := checkHit{matched: x.said("DW_DISCRIMINACION_EDAD")}
			if x.MaxAge > 0 {
				hit.columns = append(hit.columns, "edad_max")
			}
			if int64(x.MinAge) > x.rule("edad_minima_programa") && len(x.said(wordLegalAge)) == 0 {
				hit.columns = append(hit.columns, "edad_min")
			}
			return hit, len(hit.columns)+len(hit.matched) > 0
		}},
		{"DW_DISCRIMINACION_SEXO", Reject, []string{"sexo_exigido"}, orSaid("DW_DISCRIMINACION_SEXO", func(x *inspection) bool { return x.Sex != "" })},
		{"DW_DISCRIMINACION_APARIENCIA", Reject, []string{"pide_foto"}, orSaid("DW_DISCRIMINACION_APARIENCIA", func(x *inspection) bool { return x.Photo == StatedYes })},
		{"DW_DISCRIMINACION_NACIONALIDAD", Reject, []string{"documentos_aceptados"}, orSaid("DW_DISCRIMINACION_NACIONALIDAD", func(x *inspection) bool { return !slices.Contains(x.Documents, "PPT") })},
		{"DW_DISCRIMINACION_OTRA", Reject, nil, orSaid("DW_DISCRIMINACION_OTRA", func(*inspection) bool { return false })},
		{"DW_RETIENE_DOCUMENTOS", Reject, []string{"retiene_documentos"}, orSaid("DW_RETIENE_DOCUMENTOS", func(x *inspection) bool { return x.KeepsDocuments == StatedYes })},
		{"DW_EMPLEADOR_NO_VERIFICADO", Reject, []string{"empleador_verificado"}, plainly(func(x *inspection) bool { return x.EmployerVerified != StatedYes })},
		{"DW_RIESGO_SIN_PROTECCION", Reject, []string{"entrega_epp", "riesgo_arl"}, plainly(func(x *inspection) bool {
			return int64(x.RiskClass) >= x.rule("riesgo_arl_alto") && x.Protection != StatedYes
		})},
		{"DW_DATOS_INSUFICIENTES", SendFix, nil, func(x *inspection) (checkHit, bool) {
			missing := x.missing()
			return checkHit{params: map[string]any{"lista": missing}, columns: missing}, len(missing) > 0
		}},
		{"DW_VENCIDA", Reject, []string{"fecha_vencimiento"}, plainly(func(x *inspection) bool { return !x.Expires.IsZero() && x.Expires.Before(x.today) })},
		{"AV_SIN_CODIGO_SPE", Warn, []string{"codigo_spe"}, plainly(func(x *inspection) bool { return x.SPECode == "" })},
		{"AV_PROFESION_REGULADA", Warn, []string{"requisitos_texto"}, orSaid("AV_PROFESION_REGULADA", func(x *inspection) bool {
			occupation, _ := x.work.occupations.ByCode(x.Occupation)
			return occupation.Regulated
		})},
		{"AV_INICIO_OTRO_ANIO", Warn, []string{"fecha_inicio"}, plainly((*inspection).unknownYear)},
	}
}

// belowMinimum compares the pay with the legal minimum of the start. Pay by the
// piece is below it whatever the amount, because nothing guarantees it. A start
// without known figures is not judged here but flagged for a second check.
func belowMinimum(x *inspection) (checkHit, bool) {
	floor, known := x.floor()
	figures := map[string]any{"fecha": x.start, "valor": floor}
	if x.PayKind == PieceOnly {
		if !known {
			now := *x
			now.start = x.today
			now.wage, _ = now.figure("smmlv_mes")
			now.maxHours, _ = now.figure("horas_semana_max")
			floor, _ = now.floor()
			figures = map[string]any{"fecha": x.today, "valor": floor}
		}
		return checkHit{params: figures}, true
	}
	if !known || x.PayKind == CommissionOnly || x.pay() == 0 {
		return checkHit{}, false
	}
	return checkHit{params: figures}, x.pay() < floor
}

// tooManyHours allows overtime up to the legal bound, and only when surcharges
// are paid.
func tooManyHours(x *inspection) (checkHit, bool) {
	extra, known := x.figure("horas_extra_max_semana")
	if !known || x.maxHours == 0 {
		return checkHit{}, false
	}
	over := x.Hours - float64(x.maxHours)
	fails := over > float64(extra) || over > 0 && x.Surcharges != StatedYes
	return checkHit{params: map[string]any{"max": x.maxHours}}, fails
}

// uninsured are the affiliations that are not promised.
func (x *inspection) uninsured() []string {
	var out []string
	for _, cover := range []struct {
		column string
		stated Stated
	}{
		{"afiliacion_salud", x.Health}, {"afiliacion_pension", x.Pension},
		{"afiliacion_arl", x.AccidentCover}, {"afiliacion_caja", x.FamilyFund},
	} {
		if cover.stated != StatedYes {
			out = append(out, cover.column)
		}
	}
	return out
}

// feeColumns are where a vacancy says that the worker has to pay.
func (x *inspection) feeColumns() []string {
	var out []string
	if x.Fee != nil && *x.Fee > 0 {
		out = append(out, "cobro_trabajador_cop")
	}
	if strings.TrimSpace(x.FeeDetail) != "" && !x.work.words.whole(strings.TrimSpace(x.FeeDetail), wordNoFee) {
		out = append(out, "detalle_cobro")
	}
	return out
}

// missing are the columns without which nobody can judge or take the offer.
func (x *inspection) missing() []string {
	var out []string
	for _, field := range []struct {
		column string
		told   bool
	}{
		{"descripcion", x.Tasks != ""},
		{"municipio_codigo", x.Municipality != ""},
		{"horas_semana", x.Hours > 0},
		{"puestos", x.Posts > 0},
		{"fecha_vencimiento", !x.Expires.IsZero()},
	} {
		if !field.told {
			out = append(out, field.column)
		}
	}
	return out
}
