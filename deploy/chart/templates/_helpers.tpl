{{/* Labels of everything. None of them says managed-by=bulkhead: that is what the controller owns, and nothing of this is. */}}
{{- define "bulkhead.labels" -}}
{{ include "bulkhead.selector" . }}
{{ include "bulkhead.release" . }}
{{- end }}

{{/* Labels of the controller's pods. */}}
{{- define "bulkhead.selector" -}}
app.kubernetes.io/name: bulkhead
app.kubernetes.io/component: controller
{{- end }}

{{/* The same of the console. */}}
{{- define "bulkhead.console.labels" -}}
{{ include "bulkhead.console.selector" . }}
{{ include "bulkhead.release" . }}
{{- end }}

{{- define "bulkhead.console.selector" -}}
app.kubernetes.io/name: bulkhead
app.kubernetes.io/component: console
{{- end }}

{{- define "bulkhead.release" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "bulkhead.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{/* Who a pod runs as: Pod Security's strictest level asks for it. */}}
{{- define "bulkhead.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "bulkhead.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Where pods run: of the values of a component, `values`, and its labels, `selector`. */}}
{{- define "bulkhead.placement" -}}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .values.affinity }}
affinity:
  {{- toYaml .values.affinity | nindent 2 }}
{{- else }}
topologySpreadConstraints:
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- .selector | nindent 6 }}
{{- end }}
{{- end }}
