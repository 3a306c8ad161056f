{{/* Who may ask, and how: arguments of `bulkhead serve`, of the values `console`. */}}
{{- define "bulkhead.console.auth" -}}
{{- if .tls.secretName }}
- --tls-cert=/etc/bulkhead/tls/tls.crt
- --tls-key=/etc/bulkhead/tls/tls.key
{{- end }}
{{- with .auth }}
- {{ printf "--auth=%s" .mode | quote }}
{{- if eq .mode "proxy" }}
{{- with .proxy }}
{{- if .secretName }}
- {{ printf "--proxy-secret-file=/etc/bulkhead/proxy/%s" .secretKey | quote }}
{{- end }}
{{- if .clientCAConfigMap }}
- {{ printf "--proxy-client-ca=/etc/bulkhead/proxy-ca/%s" .clientCAKey | quote }}
{{- end }}
{{- range .clientNames }}
- {{ printf "--proxy-client-name=%s" . | quote }}
{{- end }}
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
{{- end }}

{{/* What that needs of Secrets and ConfigMaps. */}}
{{- define "bulkhead.console.volumes" -}}
{{- $auth := .auth }}
{{- with .tls.secretName }}
- name: tls
  secret: {secretName: {{ . | quote }}}
{{- end }}
{{- if eq $auth.mode "proxy" }}
{{- with $auth.proxy.secretName }}
- name: proxy
  secret: {secretName: {{ . | quote }}}
{{- end }}
{{- with $auth.proxy.clientCAConfigMap }}
- name: proxy-ca
  configMap: {name: {{ . | quote }}}
{{- end }}
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
