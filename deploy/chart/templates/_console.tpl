{{/* Who may ask: arguments of `bulkhead serve`, of the values console.auth. */}}
{{- define "bulkhead.console.auth" -}}
- {{ printf "--auth=%s" .mode | quote }}
{{- if eq .mode "proxy" }}
{{- with .proxy }}
- {{ printf "--proxy-secret-file=/etc/bulkhead/proxy/%s" .secretKey | quote }}
- {{ printf "--proxy-user-header=%s" .userHeader | quote }}
- {{ printf "--proxy-group-header=%s" .groupHeader | quote }}
{{- end }}
{{- else if eq .mode "oidc" }}
{{- with .oidc }}
- {{ printf "--oidc-issuer-url=%s" .issuerURL | quote }}
- {{ printf "--oidc-client-id=%s" .clientID | quote }}
{{- if .clientSecretName }}
- {{ printf "--oidc-client-secret-file=/etc/bulkhead/oidc/%s" .clientSecretKey | quote }}
{{- end }}
- {{ printf "--oidc-redirect-url=%s" .redirectURL | quote }}
- {{ printf "--oidc-username-claim=%s" .usernameClaim | quote }}
- {{ printf "--oidc-username-prefix=%s" .usernamePrefix | quote }}
- {{ printf "--oidc-groups-claim=%s" .groupsClaim | quote }}
- {{ printf "--oidc-groups-prefix=%s" .groupsPrefix | quote }}
{{- range .scopes }}
- {{ printf "--oidc-scope=%s" . | quote }}
{{- end }}
{{- if .caConfigMap }}
- {{ printf "--oidc-ca-file=/etc/bulkhead/oidc-ca/%s" .caKey | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* What that needs of Secrets and ConfigMaps. */}}
{{- define "bulkhead.console.volumes" -}}
{{- $auth := .auth }}
{{- if eq $auth.mode "proxy" }}
- name: proxy
  secret: {secretName: {{ $auth.proxy.secretName | quote }}}
{{- end }}
{{- if eq $auth.mode "oidc" }}
{{- with $auth.oidc.clientSecretName }}
- name: oidc
  secret: {secretName: {{ . | quote }}}
{{- end }}
{{- with $auth.oidc.caConfigMap }}
- name: oidc-ca
  configMap: {name: {{ . | quote }}}
{{- end }}
{{- end }}
{{- end }}

{{- define "bulkhead.console.mounts" -}}
{{- range fromYamlArray (include "bulkhead.console.volumes" .) }}
- name: {{ .name }}
  mountPath: /etc/bulkhead/{{ .name }}
  readOnly: true
{{- end }}
{{- end }}
