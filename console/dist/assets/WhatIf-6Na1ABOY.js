import{Et as e,F as t,Y as n,bt as r,f as i,t as a}from"./Page-CJhslRjs.js";import{n as o}from"./index-l8xiPT5J.js";var s=e(r(),1),c=n(),l=`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-all
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
`;function u(){let e=i(),[n,r]=(0,s.useState)(l),[u,d]=(0,s.useState)(null);return(0,c.jsxs)(a,{title:e.nav.whatIf,about:e.whatIf.about,children:[(0,c.jsxs)(`section`,{className:`card stack`,children:[(0,c.jsxs)(`label`,{htmlFor:`objects`,children:[e.whatIf.yaml,` `,(0,c.jsx)(`span`,{className:`muted`,children:e.whatIf.yamlHelp})]}),(0,c.jsx)(`textarea`,{id:`objects`,className:`code`,spellCheck:!1,value:n,onChange:e=>r(e.currentTarget.value)}),(0,c.jsx)(`div`,{className:`row end`,children:(0,c.jsx)(t,{disabled:!n.trim(),onClick:()=>d({yaml:n}),children:e.whatIf.try})})]}),(0,c.jsx)(o,{title:e.change.title,change:u,close:()=>d(null)})]})}export{u as WhatIfView};