import{Ot as e,Pt as t,U as n,f as r,rt as i,t as a}from"./Page-BWmPQuJg.js";import{n as o}from"./index-BXFR4QQ4.js";var s=t(e(),1),c=i(),l=`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-all
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
`;function u(){let e=r(),[t,i]=(0,s.useState)(l),[u,d]=(0,s.useState)(null);return(0,c.jsxs)(a,{title:e.nav.whatIf,about:e.whatIf.about,children:[(0,c.jsxs)(`section`,{className:`card stack`,children:[(0,c.jsxs)(`label`,{htmlFor:`objects`,children:[e.whatIf.yaml,` `,(0,c.jsx)(`span`,{className:`muted`,children:e.whatIf.yamlHelp})]}),(0,c.jsx)(`textarea`,{id:`objects`,className:`code`,spellCheck:!1,value:t,onChange:e=>i(e.currentTarget.value)}),(0,c.jsx)(`div`,{className:`row end`,children:(0,c.jsx)(n,{disabled:!t.trim(),onClick:()=>d({yaml:t}),children:e.whatIf.try})})]}),(0,c.jsx)(o,{title:e.change.title,change:u,close:()=>d(null)})]})}export{u as WhatIfView};