import{D as e,Mt as t,Pt as n,at as r,n as i,r as a,w as o}from"./index-BuMCQw-r.js";var s=n(t(),1),c=r(),l=`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-all
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
`;function u(){let t=o(),[n,r]=(0,s.useState)(l),[u,d]=(0,s.useState)(null);return(0,c.jsxs)(i,{title:t.nav.whatIf,about:t.whatIf.about,children:[(0,c.jsxs)(`section`,{className:`card stack`,children:[(0,c.jsxs)(`label`,{htmlFor:`objects`,children:[t.whatIf.yaml,` `,(0,c.jsx)(`span`,{className:`muted`,children:t.whatIf.yamlHelp})]}),(0,c.jsx)(`textarea`,{id:`objects`,className:`code`,spellCheck:!1,value:n,onChange:e=>r(e.currentTarget.value)}),(0,c.jsx)(`div`,{className:`row end`,children:(0,c.jsx)(e,{disabled:!n.trim(),onClick:()=>d({yaml:n}),children:t.whatIf.try})})]}),(0,c.jsx)(a,{title:t.change.title,change:u,close:()=>d(null)})]})}export{u as WhatIfView};